// Made with numpy 2.4.6 from the same numbers: see `TestData`.

let numpyExpectations: [NumpyExpectation] = [
  NumpyExpectation(
    dtype: .bool, data: .grid, nan: 0, posInf: 0, negInf: 0, zeros: 2742,
    min: 0.0, max: 1.0, mean: 0.33105635520858745, std: 0.4705932903097887,
    all: [2742, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1357],
    range: 0.0...1.0, inRange: [2742, 0, 0, 0, 0, 0, 1357], below: 0, above: 0),
  NumpyExpectation(
    dtype: .bool, data: .bits, nan: 0, posInf: 0, negInf: 0, zeros: 17,
    min: 0.0, max: 1.0, mean: 0.99585264698707, std: 0.06426626234593173,
    all: [17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4082],
    range: 0.5...1.5, inRange: [0, 0, 0, 4082, 0, 0, 0], below: 17, above: 0),
  NumpyExpectation(
    dtype: .int8, data: .grid, nan: 0, posInf: 0, negInf: 0, zeros: 13,
    min: -100.0, max: 100.0, mean: 0.7865333008050744, std: 57.95678205904988,
    all: [398, 331, 363, 382, 344, 411, 351, 382, 381, 369, 387],
    range: -81.0...71.0, inRange: [417, 428, 457, 432, 448, 466, 448], below: 398, above: 605),
  NumpyExpectation(
    dtype: .int8, data: .bits, nan: 0, posInf: 0, negInf: 0, zeros: 17,
    min: -128.0, max: 127.0, mean: -1.1100268358136132, std: 74.16210556216873,
    all: [410, 373, 354, 359, 379, 384, 352, 366, 385, 360, 377],
    range: -105.0...88.0, inRange: [453, 423, 426, 465, 412, 448, 464], below: 397, above: 611),
  NumpyExpectation(
    dtype: .int16, data: .grid, nan: 0, posInf: 0, negInf: 0, zeros: 1,
    min: -1000.0, max: 1000.0, mean: -0.47816540619663334, std: 578.7241713063395,
    all: [383, 376, 357, 385, 351, 384, 359, 389, 374, 374, 367],
    range: -806.0...696.0, inRange: [441, 439, 431, 419, 452, 444, 453], below: 406, above: 614),
  NumpyExpectation(
    dtype: .int16, data: .bits, nan: 0, posInf: 0, negInf: 0, zeros: 0,
    min: -32739.0, max: 32760.0, mean: -157.11539399853623, std: 18985.039694458133,
    all: [400, 371, 365, 367, 379, 369, 356, 374, 388, 362, 368],
    range: -26629.0...22729.0, inRange: [445, 419, 434, 461, 420, 437, 459], below: 409, above: 615),
  NumpyExpectation(
    dtype: .int32, data: .grid, nan: 0, posInf: 0, negInf: 0, zeros: 1,
    min: -1000.0, max: 1000.0, mean: -0.47816540619663334, std: 578.7241713063395,
    all: [383, 376, 357, 385, 351, 384, 359, 389, 374, 374, 367],
    range: -806.0...696.0, inRange: [441, 439, 431, 419, 452, 444, 453], below: 406, above: 614),
  NumpyExpectation(
    dtype: .int32, data: .bits, nan: 0, posInf: 0, negInf: 0, zeros: 0,
    min: -2145564166.0, max: 2146989559.0, mean: -10264195.053183703, std: 1244203487.220446,
    all: [400, 371, 365, 367, 379, 369, 356, 374, 388, 362, 368],
    range: -1745129425.0...1489630979.0, inRange: [445, 419, 434, 461, 420, 437, 459], below: 409, above: 615),
  NumpyExpectation(
    dtype: .int64, data: .grid, nan: 0, posInf: 0, negInf: 0, zeros: 1,
    min: -1000.0, max: 1000.0, mean: -0.47816540619663334, std: 578.7241713063395,
    all: [383, 376, 357, 385, 351, 384, 359, 389, 374, 374, 367],
    range: -806.0...696.0, inRange: [441, 439, 431, 419, 452, 444, 453], below: 406, above: 614),
  NumpyExpectation(
    dtype: .int64, data: .bits, nan: 0, posInf: 0, negInf: 0, zeros: 0,
    min: -9.215127922065309e+18, max: 9.221249944453173e+18, mean: -4.408437992687266e+16,
    std: 5.343813287178092e+18,
    all: [400, 371, 365, 367, 379, 369, 356, 374, 388, 362, 368],
    range: -7.495273806947834e+18...6.397916339299366e+18, inRange: [445, 419, 434, 461, 420, 437, 459],
    below: 409, above: 615),
  NumpyExpectation(
    dtype: .uint8, data: .grid, nan: 0, posInf: 0, negInf: 0, zeros: 21,
    min: 0.0, max: 200.0, mean: 100.78653330080508, std: 57.95678205904988,
    all: [398, 331, 363, 382, 344, 411, 351, 382, 381, 369, 387],
    range: 19.0...171.0, inRange: [417, 428, 457, 432, 448, 466, 448], below: 398, above: 605),
  NumpyExpectation(
    dtype: .uint8, data: .bits, nan: 0, posInf: 0, negInf: 0, zeros: 17,
    min: 0.0, max: 255.0, mean: 127.92046840692852, std: 73.71935016734115,
    all: [381, 344, 376, 373, 374, 388, 377, 385, 333, 371, 397],
    range: 25.0...218.0, inRange: [441, 454, 429, 432, 456, 437, 449], below: 401, above: 600),
  NumpyExpectation(
    dtype: .uint16, data: .grid, nan: 0, posInf: 0, negInf: 0, zeros: 2,
    min: 0.0, max: 2000.0, mean: 999.5218345938034, std: 578.7241713063395,
    all: [383, 376, 357, 385, 351, 384, 359, 389, 374, 374, 367],
    range: 194.0...1696.0, inRange: [441, 439, 431, 419, 452, 444, 453], below: 406, above: 614),
  NumpyExpectation(
    dtype: .uint16, data: .bits, nan: 0, posInf: 0, negInf: 0, zeros: 0,
    min: 3.0, max: 65534.0, mean: 32874.69138814345, std: 18872.140274703514,
    all: [374, 339, 386, 377, 377, 376, 382, 389, 337, 374, 388],
    range: 6568.0...55815.0, inRange: [437, 445, 438, 419, 467, 426, 443], below: 409, above: 615),
  NumpyExpectation(
    dtype: .uint32, data: .grid, nan: 0, posInf: 0, negInf: 0, zeros: 2,
    min: 0.0, max: 2000.0, mean: 999.5218345938034, std: 578.7241713063395,
    all: [383, 376, 357, 385, 351, 384, 359, 389, 374, 374, 367],
    range: 194.0...1696.0, inRange: [441, 439, 431, 419, 452, 444, 453], below: 406, above: 614),
  NumpyExpectation(
    dtype: .uint32, data: .bits, nan: 0, posInf: 0, negInf: 0, zeros: 0,
    min: 240924.0, max: 4294856578.0, mean: 2154508294.2212734, std: 1236804375.6056514,
    all: [374, 339, 386, 377, 377, 376, 382, 389, 337, 374, 388],
    range: 430473056.0...3657932206.0, inRange: [437, 445, 438, 419, 467, 426, 443], below: 409, above: 615),
  NumpyExpectation(
    dtype: .uint64, data: .grid, nan: 0, posInf: 0, negInf: 0, zeros: 2,
    min: 0.0, max: 2000.0, mean: 999.5218345938034, std: 578.7241713063395,
    all: [383, 376, 357, 385, 351, 384, 359, 389, 374, 374, 367],
    range: 194.0...1696.0, inRange: [441, 439, 431, 419, 452, 444, 453], below: 406, above: 614),
  NumpyExpectation(
    dtype: .uint64, data: .bits, nan: 0, posInf: 0, negInf: 0, zeros: 0,
    min: 1034764913388269.0, max: 1.8446268545520695e+19, mean: 9.253542664787433e+18,
    std: 5.312034344752748e+18,
    all: [374, 339, 386, 377, 377, 376, 382, 389, 337, 374, 388],
    range: 1.8488676986315044e+18...1.5710699196070679e+19, inRange: [437, 445, 438, 419, 467, 426, 443],
    below: 409, above: 615),
  NumpyExpectation(
    dtype: .float16, data: .grid, nan: 0, posInf: 0, negInf: 0, zeros: 1,
    min: -15.625, max: 15.625, mean: -0.007471334471822396, std: 9.042565176661554,
    all: [383, 376, 357, 385, 351, 384, 359, 389, 374, 374, 367],
    range: -12.59375...10.875, inRange: [441, 439, 431, 419, 452, 444, 453], below: 406, above: 614),
  NumpyExpectation(
    dtype: .float16, data: .bits, nan: 133, posInf: 0, negInf: 1, zeros: 0,
    min: -65408.0, max: 65056.0, mean: -75.35873349542726, std: 10158.242596324471,
    all: [21, 24, 24, 50, 112, 3523, 98, 41, 24, 25, 23],
    range: -953.5...92.4375, inRange: [22, 14, 12, 49, 52, 127, 2698], below: 396, above: 595),
  NumpyExpectation(
    dtype: .bfloat16, data: .grid, nan: 0, posInf: 0, negInf: 0, zeros: 13,
    min: -1.5625, max: 1.5625, mean: 0.012289582825079288, std: 0.9055747196726543,
    all: [398, 331, 363, 382, 344, 411, 351, 382, 381, 369, 387],
    range: -1.265625...1.109375, inRange: [417, 428, 457, 432, 448, 466, 448], below: 398, above: 605),
  NumpyExpectation(
    dtype: .bfloat16, data: .bits, nan: 17, posInf: 0, negInf: 0, zeros: 0,
    min: -3.2433163097151947e+38, max: 3.2034394698416473e+38, mean: 9.889577546257659e+34,
    std: 1.9113166136950516e+37,
    all: [5, 3, 0, 5, 14, 4022, 18, 6, 2, 2, 5],
    range: -5.0765439690848686e+23...1112705767309312.0, inRange: [4, 4, 0, 1, 1, 9, 3042], below: 408,
    above: 613),
  NumpyExpectation(
    dtype: .float32, data: .grid, nan: 0, posInf: 0, negInf: 0, zeros: 1,
    min: -15.625, max: 15.625, mean: -0.007471334471822396, std: 9.042565176661554,
    all: [383, 376, 357, 385, 351, 384, 359, 389, 374, 374, 367],
    range: -12.59375...10.875, inRange: [441, 439, 431, 419, 452, 444, 453], below: 406, above: 614),
  NumpyExpectation(
    dtype: .float32, data: .bits, nan: 17, posInf: 0, negInf: 0, zeros: 0,
    min: -3.250449227524607e+38, max: 3.2059392768252973e+38, mean: 9.920745631350462e+34,
    std: 1.9151270624372475e+37,
    all: [4, 4, 0, 5, 14, 4022, 18, 6, 2, 2, 5],
    range: -5.0968815044261334e+23...1116199387660288.0, inRange: [4, 4, 0, 1, 1, 9, 3042], below: 408,
    above: 613),
  NumpyExpectation(
    dtype: .float64, data: .grid, nan: 0, posInf: 0, negInf: 0, zeros: 1,
    min: -15.625, max: 15.625, mean: -0.007471334471822396, std: 9.042565176661554,
    all: [383, 376, 357, 385, 351, 384, 359, 389, 374, 374, 367],
    range: -12.59375...10.875, inRange: [441, 439, 431, 419, 452, 444, 453], below: 406, above: 614),
]
